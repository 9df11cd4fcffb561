import type { GherkinDocument } from '@cucumber/messages'

/** Where a scenario stands in its feature. */
export interface ScenarioPlace {
  /** The name of the rule that it is an example of. */
  readonly rule: string | undefined
  /** The lines of what it stands in, and its own: feature, rule, scenario. */
  readonly lines: readonly number[]
}

/** The places of a document's scenarios and outlines, by their ids. */
export function placesOf({ feature }: GherkinDocument): Map<string, ScenarioPlace> {
  const places = new Map<string, ScenarioPlace>()
  if (!feature) return places
  for (const { scenario, rule } of feature.children) {
    if (scenario) places.set(scenario.id, { rule: undefined, lines: [feature.location.line, scenario.location.line] })
    for (const child of rule?.children ?? [])
      if (child.scenario)
        places.set(child.scenario.id, {
          rule: rule!.name,
          lines: [feature.location.line, rule!.location.line, child.scenario.location.line],
        })
  }
  return places
}
