import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  // PGlite loads files from the folder of its code. Nothing else needs this.
  serverExternalPackages: ['@electric-sql/pglite'],
  // As in a new app.
  cacheComponents: true,
}

export default nextConfig
