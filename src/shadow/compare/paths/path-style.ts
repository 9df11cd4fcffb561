/** An item of a keyed array, found by its key. */
export interface KeyedItem {
  readonly field: string
  readonly key: string
}

/** A step of the way to a value: a name, an index, an item by its key, or `LONE`. */
export type TrailStep = string | number | KeyedItem

/** The index of an item of which there is only one on either side: in XML it has no number. */
export const LONE = -1

/** How places are written. */
export interface PathStyle {
  /** `name` gives how a key that is data appears: as it is, hashed, or as `*`. */
  print(trail: readonly TrailStep[], depth: number, name: DataName): { path: string; field: string }
  /** The path of what is below `path`, for redaction. */
  child(path: string, key: string | number): string
}

/** How data that stands in a path appears; called with the path of the value it is. */
export type DataName = (path: string, text: string) => string

/** Deep documents and long names must not make differences that are larger than the bodies. */
const LONGEST_PATH = 400

export function cutPath(path: string): string {
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path
}
