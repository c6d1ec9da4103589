/** The output of one of several writers that run at the same time. */
export interface Turn {
  write: (text: string) => void;
  end: () => void;
}

/**
 * Keeps the output of each writer together. The first writer writes immediately. The output of the others is kept until
 * the writers before them have ended.
 */
export const outputInTurns = (write: (text: string) => void): { begin: () => Turn } => {
  const waiting: { text: string; hasEnded: boolean }[] = [];

  const flush = () => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.text !== '') write(first.text);
      first.text = '';
      if (!first.hasEnded) return;
      waiting.shift();
    }
  };

  return {
    begin: () => {
      const turn = { text: '', hasEnded: false };
      waiting.push(turn);
      return {
        write: (text) => {
          turn.text += text;
          flush();
        },
        end: () => {
          turn.hasEnded = true;
          flush();
        },
      };
    },
  };
};
