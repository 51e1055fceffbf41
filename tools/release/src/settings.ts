import settings from '../settings.json' with { type: 'json' }

/**
 * Settings of a release. The scope is applied to the scratch copy that is published, so the sources keep
 * theirs. Without a repository, npm cannot publish with provenance.
 */
export const { scope, maxPackedKiB } = settings
export const repository = process.env['RELEASE_REPOSITORY'] ?? settings.repository

/** The scope of the sources. */
export const sourceScope = '@mcp'
