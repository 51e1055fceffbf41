import { statfs } from 'node:fs/promises'

// `statfs` types of file systems whose files the kernel generates when they are read: proc, sysfs,
// debugfs, tracefs, securityfs, cgroup, cgroup2, devpts, bpf, configfs, efivarfs, pstore, binfmt_misc
// and mqueue.
const specialTypes: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x73636673, 0x27e0eb, 0x63677270, 0x1cd1, 0xcafe4a11,
  0x62656570, 0xde5e81e4, 0x6165676c, 0x42494e4d, 0x19800202,
])

/** Whether a path is on a file system whose files are interfaces of the kernel, such as `/proc`. */
export async function isSpecialFileSystem(path: string): Promise<boolean> {
  return isSpecialType((await statfs(path)).type)
}

/** Whether `statfs` returns this type for a file system of the kernel. */
export function isSpecialType(type: number): boolean {
  return process.platform === 'linux' && specialTypes.has(type)
}
