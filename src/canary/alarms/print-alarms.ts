import { literalOption } from '../../core/options.ts'
import type { AlarmDefinition } from './alarm-definition.ts'

/**
 * The definitions as JSON for infrastructure-as-code tools: `plain`, a list in PutMetricAlarm's own fields (what
 * `aws cloudwatch put-metric-alarm --cli-input-json` takes, one at a time), or `cloudformation`, a template with one
 * AWS::CloudWatch::Alarm each, under an id made of its name. Throws `invalid-option`.
 */
export function printAlarms(definitions: readonly AlarmDefinition[], format: 'plain' | 'cloudformation'): string {
  if (literalOption('printAlarms format', format, ['plain', 'cloudformation']) === 'plain')
    return JSON.stringify(definitions, null, 2)
  const Resources: Record<string, object> = {}
  for (const definition of definitions) {
    const id = logicalId(definition.AlarmName)
    Resources[id] = { Type: 'AWS::CloudWatch::Alarm', Properties: definition }
  }
  return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources }, null, 2)
}

/** Letters and digits only; what is left out is told apart by a hash, so that ids stay the same and differ. */
function logicalId(name: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  const words = name
    .split(/[^A-Za-z0-9]+/)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return `${words.slice(0, 200)}${hash.toString(16).padStart(8, '0')}`
}
