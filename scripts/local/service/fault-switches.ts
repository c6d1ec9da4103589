/** A fault as the page shows it. */
export interface ShownFault {
  name: string;
  /** What the server does while the fault is on. */
  description: string;
  on: boolean;
}

/** The faults of a local service by name, each of which can be on or off. All are off at first. */
export const faultSwitches = <Name extends string>(
  descriptions: Readonly<Record<Name, string>>,
) => {
  const left = new Map<Name, number>();
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const isOn = (name: Name): boolean => (left.get(name) ?? 0) > 0;

  return {
    isName: (name: string): name is Name => Object.hasOwn(descriptions, name),
    /** @param times the number of requests that the fault affects. Without it, until the fault is switched off. */
    switchOn: (name: Name, times = Number.POSITIVE_INFINITY) => {
      left.set(name, times);
      notify();
    },
    switchOff: (name: Name) => {
      left.delete(name);
      notify();
    },
    switchAllOff: () => {
      left.clear();
      notify();
    },
    isOn,
    /** Whether the fault is on, for a request that it affects. Counts the request. */
    take: (name: Name): boolean => {
      if (!isOn(name)) return false;
      left.set(name, (left.get(name) ?? 0) - 1);
      if (!isOn(name)) notify();
      return true;
    },
    list: (): ShownFault[] =>
      (Object.entries(descriptions) as [Name, string][]).map(([name, description]) => ({
        name,
        description,
        on: isOn(name),
      })),
    /** Calls the listener after every change. @returns a function that removes the listener */
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export type FaultSwitches<Name extends string> = ReturnType<typeof faultSwitches<Name>>;

/** What the code of a service uses of its faults. */
export interface TakeFault<Name extends string> {
  take: (name: Name) => boolean;
}
