provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "rez-agent", Stage = var.stage, ManagedBy = "terraform" }
  }
}
