/** Whether a host name can only be this machine: `localhost`, `127.0.0.0/8`, `[::1]`, with or without brackets. */
export const isLoopbackName = (name: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(name)
