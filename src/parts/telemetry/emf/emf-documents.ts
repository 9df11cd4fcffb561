import { UNITS } from '../cloudwatch/datum.ts'
import { CLOUDWATCH_SAMPLES } from '../cloudwatch/limits.ts'
import type { SampleLimits } from '../read-sample.ts'
import type { Tally } from '../tally.ts'

/**
 * What a metric may be in the Embedded Metric Format. Source: "Specification: Embedded metric format", Amazon CloudWatch
 * User Guide, 2026, with its JSON schema.
 */
export const EMF_SAMPLES: SampleLimits = Object.freeze({ ...CLOUDWATCH_SAMPLES, nameLength: 250, oneNamespace: true })

/** MetricDefinitions in one directive, and members of one numeric array. Source: the same. */
export const METRICS_A_DIRECTIVE = 100
export const VALUES_A_METRIC = 100
/** The event's bytes: the specification allows 1 MB since 2025, and agents on the way 256 KB with 26 bytes around. */
export const BYTES_AN_EVENT = 262_144 - 26

interface Part {
  readonly tally: Tally
  readonly values: readonly number[]
}

/**
 * The documents, each one line of JSON, that publish these tallies: one directive a document, with the metrics of one
 * set of dimensions and one time. The format has no counts: a value that occurred three times is written three times.
 */
export function emfDocuments(tallies: readonly Tally[], namespace: string, resolutionS: 1 | 60): string[] {
  const documents = new Map<string, Document[]>()
  for (const part of tallies.flatMap(partsOf)) {
    const key = JSON.stringify([part.tally.at, part.tally.series.dimensions])
    const alike = documents.get(key) ?? []
    documents.set(key, alike)
    if (alike.some(document => document.add(part))) continue
    const document = new Document(part.tally, namespace, resolutionS)
    document.add(part)
    alike.push(document)
  }
  return [...documents.values()].flat().map(document => document.text())
}

/** A tally's values, in arrays that are not too long. */
function partsOf(tally: Tally): Part[] {
  const parts: { tally: Tally; values: number[] }[] = []
  let room = 0
  for (const [value, count] of tally.values) {
    for (let left = count; left > 0; ) {
      if (room === 0) {
        parts.push({ tally, values: [] })
        room = VALUES_A_METRIC
      }
      const times = Math.min(left, room)
      for (let i = 0; i < times; i++) parts.at(-1)!.values.push(value)
      left -= times
      room -= times
    }
  }
  return parts
}

class Document {
  private readonly metrics: { Name: string; Unit: string; StorageResolution: 1 | 60 }[] = []
  // Without a prototype: a metric may be called `__proto__`.
  private readonly targets: Record<string, number | readonly number[]> = Object.create(null)
  private readonly names = new Set<string>()
  private bytes: number
  private readonly tally: Tally
  private readonly namespace: string
  private readonly resolutionS: 1 | 60

  constructor(tally: Tally, namespace: string, resolutionS: 1 | 60) {
    this.tally = tally
    this.namespace = namespace
    this.resolutionS = resolutionS
    this.bytes = Buffer.byteLength(this.text())
  }

  /** Adds a metric, unless that would be one too many. */
  add({ tally, values }: Part): boolean {
    const { metric: Name, unit } = tally.series
    if (this.metrics.length >= METRICS_A_DIRECTIVE || this.names.has(Name)) return false
    const definition = { Name, Unit: unit === undefined ? 'None' : UNITS[unit], StorageResolution: this.resolutionS }
    const target = values.length === 1 ? values[0]! : values
    const bytes = Buffer.byteLength(JSON.stringify(definition) + JSON.stringify({ [Name]: target }))
    if (this.metrics.length > 0 && this.bytes + bytes > BYTES_AN_EVENT) return false
    this.bytes += bytes
    this.names.add(Name)
    this.metrics.push(definition)
    this.targets[Name] = target
    return true
  }

  text(): string {
    const { at, series } = this.tally
    const directive = {
      Namespace: this.namespace,
      Dimensions: [series.dimensions.map(([name]) => name)],
      Metrics: this.metrics,
    }
    return JSON.stringify({
      _aws: { Timestamp: at, CloudWatchMetrics: [directive] },
      ...Object.fromEntries(series.dimensions),
      ...this.targets,
    })
  }
}
