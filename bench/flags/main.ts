import { type Figure, figure } from '../figure.ts'
import { allocated } from './allocated.ts'
import { compare } from './compare.ts'
import { measure as lists } from './lists.ts'
import { offline } from './offline.ts'
import { sdkOverhead } from './sdk-overhead.ts'

const SUBJECT = 'flags'

/** Our flag client beside its peers, what a boolean allocates, the OpenFeature SDK, and lists of a million ids. */
export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const bytes = await allocated()
  tell(
    figure(
      SUBJECT,
      'bytes allocated by a boolean evaluation',
      bytes,
      'B',
      '4,000,000 evaluations of the rule and split, between two collections',
    ),
  )
  await offline(async look => {
    await compare(SUBJECT, tell, look)
    await sdkOverhead(SUBJECT, tell)
  })
  await lists(tell)
}
