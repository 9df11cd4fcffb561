/** Milliseconds as the messages have times and durations. */
export function messageTime(ms: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) % 1e9 }
}
