/** Whether a port belongs to a service that must not receive HTTP requests. */
export function isBlockedPort(port: number): boolean {
  return blocked.has(port)
}

// From the section "port blocking" of the Fetch standard.
const refusedByBrowsers = `
  0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113
  115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554
  556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665
  6666 6667 6668 6669 6679 6697 10080`

// SMB, Remote Desktop, VNC, WinRM.
const remoteControl = '445 3389 5900 5985 5986'

// Databases, caches and search engines.
const databases = `
  1433 1434 1521 3306 5432 5984 6379 6380 7000 7001 8086 9042 9160 9200 9300 11211 26379 27017
  27018 27019 28017`

// AMQP, Kafka, ZooKeeper, etcd, Consul, Docker, the Kubernetes API and kubelet.
const orchestration = '2181 2375 2376 2379 2380 4369 5671 5672 6443 8500 9092 10250 10255 15672'

const blocked: ReadonlySet<number> = new Set(
  [refusedByBrowsers, remoteControl, databases, orchestration].flatMap((ports) =>
    ports.trim().split(/\s+/).map(Number),
  ),
)
