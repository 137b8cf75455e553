"""What people do about calls: claims, decisions, draws, objections, complaints, rectifications, coaching."""
