/** Tells one finding: whether it is well, what it is, and the cure where it is not. */
export type Report = (ok: boolean, what: string, cure: string) => void;
