import type { Meta } from '@cucumber/messages'

/** What runs, and where, as the messages tell it. */
export function meta(): Meta {
  const { platform, arch, version } = process
  return {
    // Of the messages that are sent; see `@cucumber/messages`.
    protocolVersion: '34.2.1',
    implementation: { name: 'andon', version: '0.1.0' },
    runtime: { name: 'Node.js', version: version.slice(1) },
    os: { name: platform },
    cpu: { name: arch },
  }
}
