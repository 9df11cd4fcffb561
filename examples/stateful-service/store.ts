import { type FileHandle, open } from 'node:fs/promises'
import { NOTHING, type Stamped } from './stamped.ts'

/** One line of the file: a value, or the epoch in which a set is served (0: it is sealed). */
type Line = { set: string; key: string; stamp: string; value: string } | { set: string; epoch: number }

/**
 * What one host keeps: a log in a file, and in memory what it comes to. Whatever is answered has been synced to the disk
 * before, reads included: a value that somebody has read cannot be gone after a crash.
 */
export class Store {
  #file: FileHandle
  #sets = new Map<string, Map<string, Stamped>>()
  #epochs = new Map<string, number>()
  #queue: { lines: Line[]; done: () => void; failed: (error: unknown) => void }[] = []
  #writing = false

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async open(path: string): Promise<Store> {
    const file = await open(path, 'a+', 0o600)
    const store = new Store(file)
    const text = await file.readFile('utf8')
    // A line without an end was being written when the process died, and nobody was told that it is there.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    await file.truncate(Buffer.byteLength(whole))
    for (const line of whole.split('\n').slice(0, -1)) store.#apply(JSON.parse(line) as Line)
    return store
  }

  get(set: string, key: string): Stamped {
    return this.#sets.get(set)?.get(key) ?? NOTHING
  }

  all(set: string): Record<string, Stamped> {
    return Object.fromEntries(this.#sets.get(set) ?? [])
  }

  epoch(set: string): number {
    return this.#epochs.get(set) ?? 0
  }

  /** Resolves when all of it is on the disk. Older values than are there change nothing. */
  async merge(set: string, values: Readonly<Record<string, Stamped>>): Promise<void> {
    const lines = Object.entries(values)
      .filter(([key, { stamp }]) => stamp > this.get(set, key).stamp)
      .map(([key, { stamp, value }]) => ({ set, key, stamp, value }))
    if (lines.length > 0) await this.#write(lines)
  }

  setEpoch(set: string, epoch: number): Promise<void> {
    return this.#write([{ set, epoch }])
  }

  #write(lines: Line[]): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ lines, done, failed })
      if (!this.#writing) void this.#flush()
    })
  }

  /** What came while the disk was busy goes to it together. */
  async #flush(): Promise<void> {
    this.#writing = true
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0)
      try {
        await this.#file.appendFile(batch.flatMap(b => b.lines.map(line => `${JSON.stringify(line)}\n`)).join(''))
        await this.#file.datasync()
        for (const { lines, done } of batch) {
          for (const line of lines) this.#apply(line)
          done()
        }
      } catch (error) {
        for (const { failed } of batch) failed(error)
      }
    }
    this.#writing = false
  }

  #apply(line: Line): void {
    if ('epoch' in line) return void this.#epochs.set(line.set, line.epoch)
    const { set, key, stamp, value } = line
    if (!this.#sets.has(set)) this.#sets.set(set, new Map())
    if (stamp > this.get(set, key).stamp) this.#sets.get(set)!.set(key, { stamp, value })
  }
}
