"""What members say about a record: comments, whom they mention, the files they bring."""
