/**
 * Makes `work` run at most once at a time: a call that comes while one is under way joins it and gets its outcome,
 * value or error. The next call after that one is over starts anew. A `work` that throws synchronously rejects.
 */
export function singleFlight<T>(work: () => Promise<T> | T): () => Promise<T> {
  let underWay: Promise<T> | undefined
  const over = () => {
    underWay = undefined
  }
  return () => {
    if (underWay) return underWay
    const flight = (async () => work())()
    underWay = flight
    // First in line, so that whoever continues after this flight and calls again gets a new one.
    flight.then(over, over)
    return flight
  }
}
