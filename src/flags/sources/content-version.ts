/** The name of a content that has no other: the first 64 bits of its SHA-256, in hexadecimal. */
export function contentDigest(content: string | Uint8Array): string {
  // Fetched at the first use: it is a good part of what importing all this would cost.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
}

/** Tells contents apart for one source, in the order in which they came. */
export interface ContentVersions {
  /** The version of what came, and whether it is the very content that came last. */
  next(content: string, label: string | undefined): { readonly version: string; readonly same: boolean }
}

/**
 * A content's version is the label that it came with, else its digest. Labels are made by people and by services, which
 * use one twice now and then; a label that comes back with another content gets the digest put behind it, because
 * whoever compares versions would otherwise miss the change.
 */
export function contentVersions(): ContentVersions {
  let last: string | undefined
  let labelled: { readonly label: string; readonly digest: string } | undefined
  return {
    next(content, label) {
      const digest = contentDigest(content)
      const same = digest === last
      last = digest
      if (label === undefined || label.trim() === '') return { version: digest, same }
      if (labelled?.label !== label) labelled = { label, digest }
      return { version: labelled.digest === digest ? label : `${label}+${digest}`, same }
    },
  }
}
