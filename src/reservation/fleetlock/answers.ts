/** An answer of the protocol; `kind` is one of few, because clients count by it. */
export interface FleetLockAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Nothing for success: its status is all that counts. */
  readonly json?: { readonly kind: string; readonly value: string }
}

const LONGEST = 2000

/** A refusal in the protocol's words. */
export const refused = (
  status: number,
  kind: string,
  value: string,
  headers?: Readonly<Record<string, string>>,
): FleetLockAnswer => ({
  status,
  ...(headers && { headers }),
  json: { kind, value: value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value || kind },
})

export const GRANTED: FleetLockAnswer = Object.freeze({ status: 200 })
