import { AndonError } from '../../../core/errors.ts'
import { describe } from '../../../core/options.ts'
import type { Declare } from '../../support/define-steps.ts'
import { fill } from '../shared/fill.ts'
import type { S3World } from './s3-world.ts'

/** Which bucket a scenario works in. */
export function bucketSteps({ given }: Declare<Record<string, unknown>>, s3: S3World): void {
  given(
    'the bucket {string}',
    (context, name) => {
      s3.state(context).bucket = fill(name, s3.attempt(context))
    },
    { doc: 'Works in a bucket that is there; keys are below a prefix that no other attempt has.' },
  )
  given(
    "the target's bucket",
    context => {
      s3.state(context).bucket = bucketOf(
        context.target.settings?.bucket,
        `target ${context.target.name}: settings.bucket`,
      )
    },
    { doc: "Works in the bucket of the target's settings." },
  )
  given(
    'a bucket of the pool',
    async context => {
      const kind = s3.settings.bucketKind
      const leased = await context.lease<unknown>(kind)
      s3.state(context).bucket = bucketOf(leased, `the pool's ${kind}`)
    },
    { doc: 'Leases a bucket for this scenario, and works in it.' },
  )
  given(
    'a new bucket',
    async context => {
      const Bucket = `andon-${s3.attempt(context).unique}`
      s3.cleanup(context, `bucket ${Bucket}`, async () => {
        try {
          await s3.call(context, `DELETE BUCKET ${Bucket}`, (sdk, client, how) =>
            client.send(new sdk.DeleteBucketCommand({ Bucket }), how),
          )
        } catch (error) {
          // It has never been made.
          if (s3.state(context).last?.status !== 404) throw error
        }
      })
      await s3.shown(context, () =>
        s3.call(context, `CREATE BUCKET ${Bucket}`, (sdk, client, how) =>
          client.send(new sdk.CreateBucketCommand({ Bucket }), how),
        ),
      )
      s3.state(context).bucket = Bucket
    },
    { doc: 'Makes a bucket, works in it, and deletes it behind the scenario.' },
  )
}

function bucketOf(given: unknown, what: string): string {
  const name = typeof given === 'object' && given !== null ? ((given as Named).bucket ?? (given as Named).name) : given
  if (typeof name === 'string' && name !== '') return name
  // Resources may hold credentials: of what came, only its type is told.
  const came = typeof given === 'object' && given !== null ? 'an object without either' : describe(given)
  throw new AndonError('no-bucket', `${what}: expected a name, or an object with a bucket or a name, got ${came}`)
}

interface Named {
  readonly bucket?: unknown
  readonly name?: unknown
}
