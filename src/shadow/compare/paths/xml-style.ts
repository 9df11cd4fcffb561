import { TEXT } from '../xml/xml-tree.ts'
import { cutPath, LONE, type PathStyle } from './path-style.ts'

/** Places in XML, in the way of XPath: `/order/item[2]/@id`, `/order/item[@id=7]`. Text has its element's path. */
export const xmlStyle: PathStyle = {
  print(trail, depth, names) {
    let path = ''
    let field = ''
    for (let i = 0; i < depth; i++) {
      const step = trail[i]!
      if (typeof step === 'number') path += step === LONE ? '' : `[${step + 1}]`
      else if (typeof step === 'object') path += `[${step.field}=${names.name(`${field}/${step.field}`, step.key)}]`
      else if (step !== TEXT) {
        const at = step[0] === '@' ? '@' : ''
        const bare = step.slice(at.length)
        // A name may have a prefix.
        const isHidden = bare.split(':').some(names.isHidden)
        path += `/${isHidden ? at + names.name(field || '/', bare) : step}`
        field += `/${isHidden ? `${at}*` : step}`
      }
    }
    return { path: cutPath(path || '/'), field: cutPath(field || '/') }
  },
  child: (path, key) => (typeof key === 'number' ? `${path}[${key + 1}]` : key === TEXT ? path : `${path}/${key}`),
}
