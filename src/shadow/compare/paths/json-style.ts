import { nameKind } from './name-kind.ts'
import { cutPath, LONE, type PathStyle } from './path-style.ts'

/** Places in JSON, in the way of JSONPath: `$.items[3].price`, `$['odd key']`, `$.items[id=7]`. */
export const jsonStyle: PathStyle = {
  print(trail, depth, names) {
    let path = '$'
    let field = '$'
    for (let i = 0; i < depth; i++) {
      const step = trail[i]!
      if (typeof step === 'number') {
        path += `[${step === LONE ? 0 : step}]`
        field += '[*]'
      } else if (typeof step === 'object') {
        field += '[*]'
        path += `[${step.field}=${names.name(field + named(step.field), step.key)}]`
      } else {
        const isData = nameKind(step) === 'data' || names.isHidden(step)
        field += isData ? '.*' : named(step)
        const shown = isData ? names.name(field, step) : step
        path += isData && shown === '*' ? '.*' : named(shown)
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
