/** Finds the passwords in a database address, as they are written and as they are meant. */
export function secretsIn(address: string): readonly string[] {
  const inAuthority = /[a-z]+:\/\/[^:/?#]*:(.*)@/is.exec(address)?.[1]
  const inQuery = [...address.matchAll(/[?&](?:password|sslpassword)=([^&#]*)/gi)].map(([, secret]) => secret)
  return [inAuthority, ...inQuery].flatMap(secret => (secret ? [...new Set([secret, decoded(secret)])] : []))
}

/** Takes secrets out of a text that is going to be printed. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
