export declare const startOf: (pid: number) => string | undefined;
