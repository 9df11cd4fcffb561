import { defineSteps, type StepLibrary } from '../../support/define-steps.ts'
import { httpWorld } from './http-world.ts'
import { jsonSteps } from './json-steps.ts'
import { type HttpStepsOptions, httpSettings } from './options.ts'
import { httpParameterTypes } from './parameter-types.ts'
import { pollingSteps } from './polling-steps.ts'
import { requestSteps, sendSteps } from './request-steps.ts'
import { responseSteps } from './response-steps.ts'

/**
 * Steps that send requests to the target's endpoint and look at what comes: statuses, headers, bodies, JSON, times. What
 * fails shows request and response, without secrets. Throws `invalid-option`.
 */
export function httpSteps(options: HttpStepsOptions = {}): StepLibrary {
  const http = httpWorld(httpSettings(options))
  return defineSteps('http', declare => {
    httpParameterTypes(declare)
    requestSteps(declare, http)
    sendSteps(declare, http)
    responseSteps(declare, http)
    jsonSteps(declare, http)
    pollingSteps(declare, http)
  })
}
