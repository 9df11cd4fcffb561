// A candidate for the benchmark: answers like the primary, or misbehaves.
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { body } from './body.ts'

const [how = 'well'] = process.argv.slice(2)
const huge = Buffer.alloc(1024 * 1024, 'x')
const server =
  how === 'hung'
    ? createTcp(socket => void socket.resume().on('error', () => {}))
    : createServer((request, response) => {
        const answer = () => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
          response.end(body)
        }
        if (how === 'slow') setTimeout(answer, 900)
        else if (how === 'dead') request.socket.destroy()
        else if (how === 'huge') {
          response.writeHead(200, { 'content-type': 'application/json' })
          let left = 1024
          const more = () => {
            while (left-- > 0) if (!response.write(huge)) return
            response.end()
          }
          response.on('drain', more).on('error', () => {})
          more()
        } else answer()
      })
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
