/** As what a volume appears in a container. */
export enum VolumeMode {
  /** A directory. The volume is formatted when it is first used. */
  FILESYSTEM = 'Filesystem',
  /** A raw device. It cannot be mounted at a path. */
  BLOCK = 'Block',
}
