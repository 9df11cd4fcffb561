import { AndonError } from '../../core/errors.ts'

/** What a step throws, or answers by its name, to be left out. */
export class StepSkipped extends AndonError {
  constructor(reason = 'skipped') {
    super('step-skipped', reason)
  }
}

/** What a step throws, or answers by its name, while it is not written yet. */
export class StepPending extends AndonError {
  constructor(reason = 'pending') {
    super('step-pending', reason)
  }
}
