// openapi-typescript writes types with the compiler's JavaScript API, which TypeScript 7 does not have: it gets a compiler
// of its own, which nothing else sees.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name !== 'openapi-typescript') return manifest
      const { typescript: _, ...peerDependencies } = manifest.peerDependencies
      return {
        ...manifest,
        peerDependencies,
        dependencies: { ...manifest.dependencies, typescript: '5.9.3' },
      }
    },
  },
}
