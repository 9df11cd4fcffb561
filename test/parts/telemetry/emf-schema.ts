/** A line in the Embedded Metric Format. */
export interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly {
        readonly Name: string
        readonly Unit?: string
        readonly StorageResolution?: number
      }[]
    }[]
  }
  readonly [target: string]: unknown
}

const UNIT =
  /^(Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Percent|Count|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Count)\/Second|None)$/

/**
 * What is wrong with a document, by the JSON schema and the rules around it in "Specification: Embedded metric format",
 * Amazon CloudWatch User Guide, as published in 2026.
 */
export function emfProblems(document: EmfDocument): string[] {
  const problems: string[] = []
  const must = (holds: boolean, what: string) => void (holds || problems.push(what))
  const { Timestamp, CloudWatchMetrics } = document._aws
  must(Number.isInteger(Timestamp), 'Timestamp is an integer')
  must(Array.isArray(CloudWatchMetrics), 'CloudWatchMetrics is an array')
  for (const { Namespace, Dimensions, Metrics, ...others } of CloudWatchMetrics) {
    must(Object.keys(others).length === 0, 'no additional members')
    must(typeof Namespace === 'string' && Namespace.length >= 1 && Namespace.length <= 1024, 'Namespace')
    must(Array.isArray(Dimensions) && Dimensions.length >= 1, 'at least one DimensionSet')
    for (const set of Dimensions) {
      must(set.length <= 30, 'at most 30 dimensions')
      for (const key of set) {
        must(key.length >= 1 && key.length <= 250, 'a dimension has 1 to 250 characters')
        const target = Object.hasOwn(document, key) ? document[key] : undefined
        must(typeof target === 'string' && target.length <= 1024, `${key} is a string of at most 1024`)
      }
    }
    must(Array.isArray(Metrics) && Metrics.length <= 100, 'at most 100 metrics')
    must(new Set(Metrics.map(m => m.Name)).size === Metrics.length, 'each metric once')
    for (const { Name, Unit, StorageResolution } of Metrics) {
      must(Name.length >= 1 && Name.length <= 1024, 'a metric name has 1 to 1024 characters')
      must(Unit === undefined || UNIT.test(Unit), `${Unit} is a unit`)
      must(StorageResolution === 1 || StorageResolution === 60, 'StorageResolution')
      const target = Object.hasOwn(document, Name) ? [document[Name]].flat() : []
      must(target.length >= 1 && target.length <= 100, `${Name} has 1 to 100 values`)
      must(
        target.every(value => typeof value === 'number'),
        `${Name} is numeric`,
      )
    }
  }
  return problems
}
