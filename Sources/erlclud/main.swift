import ByteTransport
import Glibc
import NodeDaemon

StandardDescriptors.fill()
exit(DaemonProcess.run())
