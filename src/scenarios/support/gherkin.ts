import type * as Expressions from '@cucumber/cucumber-expressions'
import type * as Gherkin from '@cucumber/gherkin'
import type * as Tags from '@cucumber/tag-expressions'
import { missingPackage } from '../../core/missing-package.ts'

/** The official packages, as this room uses them. */
export interface GherkinPackages {
  readonly gherkin: typeof Gherkin
  readonly expressions: typeof Expressions
  readonly tags: typeof Tags
  /** The version of the messages. */
  readonly protocol: string
}

const PACKAGES = [
  '@cucumber/gherkin',
  '@cucumber/cucumber-expressions',
  '@cucumber/tag-expressions',
  '@cucumber/messages',
]

/** Loads Gherkin's official packages, which are optional peers. Rejects with `missing-package`. */
export async function loadGherkin(): Promise<GherkinPackages> {
  try {
    const [gherkin, expressions, tags, { version }] = await Promise.all([
      import('@cucumber/gherkin'),
      import('@cucumber/cucumber-expressions'),
      import('@cucumber/tag-expressions'),
      import('@cucumber/messages'),
    ])
    return { gherkin, expressions, tags, protocol: version }
  } catch (cause) {
    throw missingPackage(PACKAGES, cause)
  }
}
