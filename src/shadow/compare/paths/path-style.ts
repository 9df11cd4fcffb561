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
  print(trail: readonly TrailStep[], depth: number, names: ShownNames): { path: string; field: string }
  /** The path of what is below `path`, for redaction. */
  child(path: string, key: string | number): string
}

/** How keys appear in paths. */
export interface ShownNames {
  /** Whether a key has to be taken for data, since values are not shown and it does not look like a name. */
  isHidden(key: string): boolean
  /** How data that stands in a path appears: as it is, hashed, or as `*`. `path` is that of the value it is. */
  name(path: string, text: string): string
}

/** Deep documents and long names must not make differences that are larger than the bodies. */
const LONGEST_PATH = 400

export function cutPath(path: string): string {
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path
}
