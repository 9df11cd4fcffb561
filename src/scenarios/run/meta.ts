import type { Meta } from '@cucumber/messages'

/** This package's own version; a test holds it equal to the manifest's. */
export const VERSION = '0.1.0'

/** What runs, and where, as the messages tell it. */
export function meta(protocolVersion: string): Meta {
  const { platform, arch, version } = process
  return {
    protocolVersion,
    implementation: { name: 'andon', version: VERSION },
    runtime: { name: 'Node.js', version: version.slice(1) },
    os: { name: platform },
    cpu: { name: arch },
  }
}
