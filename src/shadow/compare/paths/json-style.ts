import { nameKind } from './name-kind.ts'
import { cutPath, LONE, type PathStyle } from './path-style.ts'

/** Places in JSON, in the way of JSONPath: `$.items[3].price`, `$['odd key']`, `$.items[id=7]`. */
export const jsonStyle: PathStyle = {
  print(trail, depth, name) {
    let path = '$'
    let field = '$'
    for (let i = 0; i < depth; i++) {
      const step = trail[i]!
      if (typeof step === 'number') {
        path += `[${step === LONE ? 0 : step}]`
        field += '[*]'
      } else if (typeof step === 'object') {
        field += '[*]'
        path += `[${step.field}=${name(field + named(step.field), step.key)}]`
      } else {
        const kind = nameKind(step)
        if (kind === 'data') {
          field += '.*'
          const shown = name(field, step)
          path += shown === '*' ? '.*' : named(shown)
        } else {
          const text = kind === 'plain' ? `.${step}` : quoted(step)
          path += text
          field += text
        }
      }
    }
    return { path: cutPath(path), field: cutPath(field) }
  },
  child: (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path + named(key)),
}

function named(key: string): string {
  return nameKind(key) === 'plain' ? `.${key}` : quoted(key)
}

function quoted(key: string): string {
  return `['${key.replace(/['\\]/g, '\\$&')}']`
}
