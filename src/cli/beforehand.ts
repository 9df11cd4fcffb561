import { type Command, CommanderError } from 'commander'
import { errorText } from './error-text.ts'

/** Does what comes before anything has begun: whatever is wrong by then is wrong usage, exit code 2. */
export async function beforehand<T>(command: Command, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CommanderError) throw error
    return command.error(errorText(error), { exitCode: 2 })
  }
}
