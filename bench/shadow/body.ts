/** 2 KB of JSON. */
export const body = Buffer.from(
  JSON.stringify({
    items: Array.from({ length: 45 }, (_, i) => ({ id: i, name: `item ${i}`, price: i * 1.5 })),
  }).padEnd(2048, ' '),
)
