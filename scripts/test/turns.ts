/** Where one of many that run at the same time writes. */
export interface Turn {
  write: (text: string) => void;
  end: () => void;
}

/**
 * Lets many write at the same time and keeps what each wrote together: who began first writes at once, the others when
 * everybody before them has ended.
 */
export const takingTurns = (write: (text: string) => void): { begin: () => Turn } => {
  const waiting: { text: string; isOver: boolean }[] = [];

  const flush = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.text !== '') write(first.text);
      first.text = '';
      if (!first.isOver) return;
      waiting.shift();
    }
  };

  return {
    begin: () => {
      const turn = { text: '', isOver: false };
      waiting.push(turn);
      return {
        write: (text) => {
          turn.text += text;
          flush();
        },
        end: () => {
          turn.isOver = true;
          flush();
        },
      };
    },
  };
};
