import type { NextConfig } from 'next'

const nextConfig: NextConfig = {
  // PGlite loads files that are beside its code. Nothing else needs this.
  serverExternalPackages: ['@electric-sql/pglite'],
}

export default nextConfig
