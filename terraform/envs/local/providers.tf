# The commands for the local AWS use this region, too.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = { Project = "rez-agent", Stage = "dev", ManagedBy = "terraform" }
  }
}
