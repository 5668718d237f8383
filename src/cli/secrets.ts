/** Finds the passwords in a database address, both encoded and decoded. */
export function secretsIn(address: string): readonly string[] {
  const inAuthority = /[a-z]+:\/\/[^:/?#]*:(.*)@/is.exec(address)?.[1]
  const inQuery = [...address.matchAll(/[?&](?:password|sslpassword)=([^&#]*)/gi)].map(([, secret]) => secret)
  return [inAuthority, ...inQuery].flatMap(secret => (secret ? [...new Set([secret, decoded(secret)])] : []))
}

/** Removes secrets from a text before it is printed. */
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
