import { seededRandom } from '../../src/core/index.ts'

/** Two answers of a service, parsed each from its own text, as they come in. */
export interface DocumentPair {
  readonly primary: unknown
  readonly candidate: unknown
  /** Characters of the primary's text. */
  readonly size: number
  /** In how many leaves they differ. */
  readonly changes: number
}

/** An order with so many items that it has about `size` characters, and a few changed leaves spread over them. */
export function documentPair(size: number): DocumentPair {
  const random = seededRandom(size)
  const items: ReturnType<typeof item>[] = []
  for (let length = 400; length < size; length += JSON.stringify(items.at(-1)).length + 1)
    items.push(item(items.length, random))
  const order = {
    requestId: 'f3b1c6f0-6f0f-4c58-9c8e-0b6f6a3f7d11',
    status: 'packed',
    customer: {
      id: 'c-1042',
      name: 'Ada Byron',
      address: { street: '12 St James Square', city: 'London', zip: 'SW1Y' },
    },
    totals: { net: 1204.5, tax: 228.86, gross: 1433.36, currency: 'EUR' },
    notes: null,
    items,
  }
  const text = JSON.stringify(order)
  const candidate = JSON.parse(text) as typeof order
  candidate.status = 'shipped'
  candidate.totals.tax += 1
  const changed = [0.1, 0.5, 0.9].map(share => Math.floor(items.length * share))
  for (const at of changed) candidate.items[at]!.price += 1
  return {
    primary: JSON.parse(text),
    candidate: JSON.parse(JSON.stringify(candidate)),
    size: text.length,
    changes: 2 + new Set(changed).size,
  }
}

function item(index: number, random: () => number) {
  const digits = (count: number) => Math.floor(random() * 10 ** count)
  return {
    id: `i-${index}-${digits(6)}`,
    sku: `SKU-${digits(5)}`,
    title: `Bolt M${digits(2)} by ${digits(3)} mm, zinc plated`,
    price: digits(5) / 100,
    quantity: 1 + digits(1),
    weight: random(),
    inStock: random() < 0.5,
    tags: ['metal', `batch-${digits(3)}`, 'fastener'],
    dimensions: { length: digits(3), width: digits(2), unit: 'mm' },
    updatedAt: `2026-0${1 + (digits(1) % 9)}-11T10:${10 + (digits(2) % 50)}:00.000Z`,
  }
}
