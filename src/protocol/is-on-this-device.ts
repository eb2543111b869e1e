/** Whether an http(s) or ws(s) URL names the machine itself: localhost, 127.*, [::1] or *.localhost. */
export function isOnThisDevice(url: string): boolean {
  return /^\w+:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]|[\w.-]+\.localhost)(:|\/|$)/i.test(url);
}
