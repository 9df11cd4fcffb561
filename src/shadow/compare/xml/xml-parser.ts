import type { XmlElement } from '@rgrove/parse-xml'

/** Gives the root element. Throws when the text is no XML. */
export type XmlParser = (text: string) => XmlElement

let parser: XmlParser | undefined

/** Loaded by the first XML that comes: whoever compares none does not pay for it. */
export function xmlParser(): XmlParser | Promise<XmlParser> {
  return parser ?? load()
}

async function load(): Promise<XmlParser> {
  const { parseXml } = await import('@rgrove/parse-xml')
  parser = text => {
    const { root } = parseXml(text)
    if (!root) throw new SyntaxError('no root element')
    return root
  }
  return parser
}
