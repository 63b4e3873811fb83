import { DashboardError, type FieldError } from './errors';

/** Reads the parameters of a query one by one and remembers which were wrong. */
export class QueryReader {
  readonly #errors: FieldError[] = [];

  constructor(private readonly params: URLSearchParams) {}

  /** A parameter's value; undefined where it is absent or empty, or `parse` makes nothing of it. */
  read<T>(field: string, parse: (text: string) => T | null, expected: string): T | undefined {
    const text = this.params.get(field) || null;
    if (text === null) return undefined;
    const value = parse(text);
    if (value === null) this.#errors.push({ field, message: `expected ${expected}` });
    return value ?? undefined;
  }

  /** How many to give, from 1 to `max`. */
  readLimit(byDefault: number, max: number): number {
    const parse = (text: string) => {
      const limit = Number(text);
      return Number.isInteger(limit) && limit >= 1 && limit <= max ? limit : null;
    };
    return this.read('limit', parse, `a number from 1 to ${max}`) ?? byDefault;
  }

  /** Throws `invalid_request` naming every wrong parameter read so far. */
  check(): void {
    if (this.#errors.length === 0) return;
    throw new DashboardError('invalid_request', 'The query has wrong parameters.', {
      errors: this.#errors,
    });
  }
}
