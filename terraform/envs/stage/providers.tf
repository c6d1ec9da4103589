provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = { Project = "rez-agent", Stage = "stage", ManagedBy = "terraform" }
  }
}
