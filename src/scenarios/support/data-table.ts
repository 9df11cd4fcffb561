import { AndonError } from '../../core/errors.ts'

/** The table below a step. */
export class DataTable {
  readonly #rows: readonly (readonly string[])[]

  constructor(rows: readonly (readonly string[])[]) {
    this.#rows = rows
  }

  /** All rows, the first included. */
  raw(): string[][] {
    return this.#rows.map(row => [...row])
  }

  /** All rows but the first. */
  rows(): string[][] {
    return this.raw().slice(1)
  }

  /** Each row but the first as an object, by the names in the first. */
  hashes(): Record<string, string>[] {
    const [names = [], ...rows] = this.raw()
    return rows.map(row => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])))
  }

  /** Rows of two as one object: names left, values right. Throws `bad-table` when there are others. */
  rowsHash(): Record<string, string> {
    if (this.#rows.some(row => row.length !== 2))
      throw new AndonError('bad-table', 'a table of names and values has two columns')
    return Object.fromEntries(this.raw())
  }

  /** Columns as rows. */
  transpose(): DataTable {
    const width = this.#rows[0]?.length ?? 0
    return new DataTable(Array.from({ length: width }, (_, i) => this.#rows.map(row => row[i] ?? '')))
  }
}
