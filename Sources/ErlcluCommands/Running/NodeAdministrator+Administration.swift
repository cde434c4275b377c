import ClusterAdmin

extension NodeAdministrator: Administration {}
