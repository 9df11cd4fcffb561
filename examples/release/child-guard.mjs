// Loaded into every server process before anything else. Ends it when the supervisor is gone, however it went: the
// channel to it closes even on kill -9. Plants the faults that live inside a server.
import http from 'node:http'

process.on('disconnect', () => process.exit(0))
process.channel?.unref()

const fault = process.env.ANDON_FAULT
if (fault === 'crash') {
  console.error('planted fault: this version dies at start')
  process.exit(1)
}
if (fault === 'errors') {
  const emit = http.Server.prototype.emit
  http.Server.prototype.emit = function (name, ...rest) {
    const [request, response] = rest
    if (name === 'request' && Math.random() < 0.05) {
      request.resume()
      response.writeHead(500).end()
      return true
    }
    return emit.call(this, name, ...rest)
  }
}
