import ErlcluCommands
import Glibc

exit(CommandLineTool(.process).run())
