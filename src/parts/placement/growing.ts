/** Whole numbers one after the other, packed, as many as come. */
export interface Growing {
  push(value: number): void
  /** What came so far, in an array of its own that is no longer than needed. */
  packed(): Int32Array<ArrayBuffer>
}

/** Doubles its room when it is full. */
export function growing(): Growing {
  let values = new Int32Array(1024)
  let length = 0
  return {
    push(value) {
      if (length === values.length) {
        const larger = new Int32Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    packed: () => values.slice(0, length),
  }
}
